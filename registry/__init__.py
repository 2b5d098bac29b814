"""The asset registry; importing the package costs nothing."""
