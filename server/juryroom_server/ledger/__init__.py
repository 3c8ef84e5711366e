"""What calls of models took and cost: budgets that hold, and a record of each call without its words."""
