CREATE TABLE lines (
    id INTEGER PRIMARY KEY,
    room TEXT NOT NULL,
    nick TEXT NOT NULL,
    text TEXT NOT NULL,
    at REAL NOT NULL
);
