// Reads groups, one a line, as "5/6 9/10 ...", and prints of each "mean weight share share ...", or "none": for shrinkage_oracle.py.
#include "core/shrinkage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHARES_MOST = 64 };

int main(void)
{
    char line[4096];
    while (fgets(line, sizeof line, stdin)) {
        struct share_of_cases shares[SHARES_MOST];
        struct shrinkage shrinkage;
        size_t count = 0;
        for (char *word = strtok(line, " \n"); word && count < SHARES_MOST;
             word = strtok(NULL, " \n"))
            if (sscanf(word, "%" SCNd64 "/%" SCNd64, &shares[count].successes, &shares[count].n) ==
                2)
                count++;
        if (!shrinkage_fit(shares, count, &shrinkage)) {
            puts("none");
            continue;
        }
        printf("%.17g %.17g", shrinkage.mean, shrinkage.weight);
        for (size_t i = 0; i < count; i++)
            printf(" %.17g", shrinkage_share(&shrinkage, shares[i]));
        puts("");
    }
    return EXIT_SUCCESS;
}
