import yaml


def read(stream):
    yaml.load(stream)  # hit
    yaml.load(stream, Loader=yaml.Loader)  # hit
    yaml.unsafe_load(stream)  # hit
    yaml.safe_load(stream)  # ok
    yaml.load(stream, Loader=yaml.SafeLoader)  # ok
    yaml.load(stream, yaml.CSafeLoader)  # ok
