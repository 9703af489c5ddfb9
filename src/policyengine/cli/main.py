"""The command `policyengine`: its subcommands and what becomes of errors."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module

import typer
from typer.exceptions import Abort, Exit, TyperException

from policyengine.cli import exits
from policyengine.cli.console import err, print_diagnostics, speak_chinese
from policyengine.cli.usage import in_chinese
from policyengine.diagnostics import BookRefusedError, RefusedError
from policyengine.documents import why_not

# Each command with its room, imported only when it is asked for: `overlay check` must answer within a second,
# and loading what only another command needs would take longer than that.
_COMMANDS = {
    "check": "books:check",
    "vocabulary": "books:vocabulary",
    "coverage": "books:coverage",
    "evaluate": "evaluate:evaluate_command",
    "explain": "explain:explain_command",
    "watch": "watch:watch_command",
    "nightly": "nightly:nightly_command",
    "sample": "sample:sample_command",
    "overlay": "overlays:overlay_app",
    "rollout": "planning:rollout_app",
    "rank": "planning:rank_command",
    "layout": "planning:layout_command",
    "mutate": "mutate:mutate",
    "scenarios": "scenarios:scenarios_app",
    "site": "site:site_app",
    "review": "review:review_app",
    "book": "releases:book_app",
}


def app_for(arguments: list[str]) -> typer.Typer:
    """Make the command line with the command that is asked for, or with all of them if that is not plain."""
    asked = next((one for one in arguments if not one.startswith("-")), "")
    app = typer.Typer(
        name="policyengine",
        help="《合作机构经办社会保险业务规范》规则引擎",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_nothing)
    for name in [asked] if asked in _COMMANDS else _COMMANDS:
        module, _, attribute = _COMMANDS[name].partition(":")
        found = getattr(import_module(f"policyengine.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _nothing() -> None:
    """《合作机构经办社会保险业务规范》规则引擎"""


# The allocator of Polars gives freed pages back after half a second, which a night asks for again a moment later:
# a sixth of its time went into page faults. It reads this when Polars is loaded.
_ALLOCATOR = ("_RJEM_MALLOC_CONF", "dirty_decay_ms:5000,muzzy_decay_ms:0")


def run() -> None:
    """Run the command line and exit with the contract's codes."""
    speak_chinese()
    sys.exit(run_with(sys.argv[1:]))


def run_with(arguments: list[str]) -> int:
    """Run one command and give its exit code; never shows a traceback unless POLICYENGINE_DEBUG is set."""
    os.environ.setdefault(*_ALLOCATOR)
    try:
        result = app_for(arguments)(arguments, standalone_mode=False)
    except BookRefusedError as error:
        print_diagnostics(error.diagnostics)
        return exits.DOES_NOT_LOAD
    except RefusedError as error:
        err.print(str(error), style="red", markup=False)
        return exits.DOES_NOT_LOAD
    except Exit as error:
        return error.exit_code
    except (Abort, KeyboardInterrupt):
        err.print("已中断", style="red")
        return exits.USAGE
    except TyperException as error:
        _tell_usage(error)
        return exits.USAGE
    except BrokenPipeError:
        # The reader has seen enough (`| head`); nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.DONE
    except OSError as error:
        if error.errno is None:
            return _own_fault(error)
        place = f"“{error.filename}”" if error.filename else ""
        err.print(f"文件读不出或写不进{place}：{why_not(error)}", style="red")
        return exits.DOES_NOT_LOAD
    except Exception as error:  # noqa: BLE001 -- the last line of defence: our own fault, told without a traceback
        return _own_fault(error)
    return result if isinstance(result, int) else exits.DONE


def _own_fault(error: Exception) -> int:
    if "POLICYENGINE_DEBUG" in os.environ:
        traceback.print_exception(error)
    err.print(f"程序自身出错（不是您的数据的问题）：{type(error).__name__}: {error}", style="red")
    err.print("请把命令和输入一并反馈给维护者；设环境变量 POLICYENGINE_DEBUG=1 可看到详情")
    return exits.FAULT


def _tell_usage(error: TyperException) -> None:
    """Say what is wrong with the command line, and where help is."""
    context = getattr(error, "ctx", None)
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        err.print(message, markup=False)
        return
    err.print(f"命令写法有误：{in_chinese(message)}", style="red", markup=False)
    if context is not None:
        err.print(f"用法见 {context.command_path} --help", markup=False)


if __name__ == "__main__":
    run()
