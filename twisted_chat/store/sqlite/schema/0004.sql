-- Nothing: this number is that of a step made beside 0005.
SELECT 1;
