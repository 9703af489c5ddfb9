"""What people read of a night: one page, explanations of failing outlets, one workbook a province."""
