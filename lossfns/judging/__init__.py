"""What the exercises' checks and the clinic's audit share: one judge, two doors.

Someone's code runs within bounds, its answers are compared with the right ones and with those of
known mistakes, and what is found is shown as text and as HTML. It needs NumPy alone.
"""
