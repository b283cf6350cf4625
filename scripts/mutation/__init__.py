"""The mutation tester: breaks the fakes' rules and the harness one place at a time, and looks which tests notice."""
