// What a function writes to stdout and stderr.
#pragma once

struct captured {
    int saved[2];
    char out[16384], err[16384];
};

// One test at a time, since the file descriptors belong to the process.
void capture_begin(struct captured *captured);
void capture_end(struct captured *captured); // fills out and err, NUL-terminated
