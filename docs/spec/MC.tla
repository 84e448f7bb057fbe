---- MODULE MC ----
\* Names the constants that a configuration file cannot write.
EXTENDS Escrow, TLC
CONSTANTS r1, r2, a1, a2, b1, x1, x2, y1, none
RegionOfAgentV == (a1 :> r1) @@ (a2 :> r1) @@ (b1 :> r2)
RegionOfIncV == (x1 :> r1) @@ (x2 :> r1) @@ (y1 :> r1)
RegionOfIncTwo == (x1 :> r1) @@ (x2 :> r1) @@ (y1 :> r2)
SuccessorV == (x1 :> x2) @@ (x2 :> none) @@ (y1 :> none)
RowsOne == <<(r1 :> 2) @@ (r2 :> 1)>>
RowsFallRise == <<(r1 :> 2) @@ (r2 :> 1), (r1 :> 1) @@ (r2 :> 1), (r1 :> 1) @@ (r2 :> 2)>>
====
