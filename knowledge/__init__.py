"""What is true and where it says so: agreements, contacts, flowchart, and finding the right one."""
