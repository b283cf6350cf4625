"""The conformance of the fakes: documents, schemas, verdicts, the command."""
