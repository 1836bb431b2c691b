#include "captured.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static FILE *files[2];

void capture_begin(struct captured *captured)
{
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        captured->saved[i] = dup(i + 1);
        files[i] = tmpfile();
        if (captured->saved[i] < 0 || !files[i] || dup2(fileno(files[i]), i + 1) < 0)
            abort();
    }
}

void capture_end(struct captured *captured)
{
    char *texts[2] = {captured->out, captured->err};
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        dup2(captured->saved[i], i + 1);
        close(captured->saved[i]);
        rewind(files[i]);
        texts[i][fread(texts[i], 1, sizeof captured->out - 1, files[i])] = '\0';
        fclose(files[i]);
    }
}
