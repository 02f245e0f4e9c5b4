"""What people hand in: files and tables are read here, within limits that hold for every format."""
