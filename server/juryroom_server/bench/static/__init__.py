"""Measures the analysers on labelled code, beside the engines that people have already."""
