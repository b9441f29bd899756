"""The examples: recipes on the engines that they are for, and files for pipelines."""
