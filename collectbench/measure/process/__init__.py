"""Child processes: started, watched, ended and waited for."""
