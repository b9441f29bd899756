"""What several rooms of the tests share: servers, and faults that only our own tests need."""
