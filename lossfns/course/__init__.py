"""What belongs to the course alone: its data and its trained networks; no loss lives here."""
