"""Batches of service items: what the items say of them, whether they keep the order, and how to make them."""
