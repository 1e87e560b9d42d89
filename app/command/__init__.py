"""What `livetrain` does besides serving: train in the terminal, steer a server's jobs, keep the files."""
