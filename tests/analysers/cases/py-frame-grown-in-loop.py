def load(paths):
    frame = pd.DataFrame()
    for path in paths:
        frame = pd.concat([frame, pd.read_csv(path)])  # hit
    for path in paths:
        frame = frame.append(pd.read_csv(path))  # hit
    parts = []
    for path in paths:
        parts.append(pd.read_csv(path))  # ok
    return pd.concat(parts)  # ok
