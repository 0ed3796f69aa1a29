-- The addresses to which the owners of accounts are told by mail what they missed.
CREATE TABLE mail_address (
    account INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    confirmed_at REAL NOT NULL, -- in seconds since the epoch
    mailed_at REAL NOT NULL DEFAULT 0 -- when the last mail was made; 0 for none yet
) STRICT;

-- The accounts that the admin program has made, and no server has taken in yet.
CREATE TABLE new_account (
    account INTEGER PRIMARY KEY
) STRICT;
