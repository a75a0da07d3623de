"""What everything that is live on a page shares: a component, its traits, its styles and scripts.

Explorers and quiz are built on it; it knows neither.
"""
