"""What happens next: which items, which outlets, who first. Rules judge; this room only chooses and orders."""
