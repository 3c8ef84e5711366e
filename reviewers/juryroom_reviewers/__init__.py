"""The domain of juryroom: from a change to a verdict. Pure: no SDK, no git, no environment, no files."""
