"""What the end-to-end tests are built from: the endpoint as a process, checked clients, definitions, command runs."""
