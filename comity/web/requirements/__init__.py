"""What this authority asks of requests: the list, its boxes, and a look at its effect before others see it."""
