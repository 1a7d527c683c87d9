"""What a bundle is made of: what belongs to it at a checkpoint, its tables and bytes, the zip they are put in."""
