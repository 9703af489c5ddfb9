"""The rule engine of 《合作机构经办社会保险业务规范》."""
