"""The program: MCP, command line, settings, git, syntax, analysers, models. All input and output is here."""
