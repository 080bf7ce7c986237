"""What can be done in vetting: interviews, scorecards, shortlists, decisions. None of them commits."""
