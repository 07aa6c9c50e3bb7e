"""Quality: every minute of the pathways, counted over many patients."""
