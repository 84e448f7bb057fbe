------------------------------- MODULE Escrow -------------------------------
(***************************************************************************)
(* One budget, one period, several regions.  Rights are held, never merely *)
(* counted: allocation -> region log -> epoch (slice in Redis, or granted  *)
(* to one edge) -> lease (chunk in an edge's journal) -> request.  Charge  *)
(* at grant, cap and refund after a seal.  Every step below is one atomic  *)
(* I/O of the real system; any process may stop between two of them, and   *)
(* any agent may be stale.                                                 *)
(*                                                                         *)
(* Promise (Safe): what providers bill never exceeds the budget and the    *)
(* debt that no right could cover, whatever is lost, repeated, late, or    *)
(* cut off.  Debt is only what a provider bills beyond a reservation.      *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS Region, Agent, Inc, NoInc,
          RegionOfAgent, RegionOfInc,   \* where each one lives
          Successor,                    \* Inc -> Inc \cup {NoInc}: who restarts on the same disk
          Rows,                         \* Seq of Region -> Nat: the allocation rows that may be written one after the other;
                                        \* the first is written and taken when the model begins
          MaxEpoch, SliceSize, MaxXfer, MaxWipe, MaxRewind, MaxCrash, MaxStop, MaxDiskLoss,
          MaxOver,                      \* how often a provider bills one unit above the reservation
          MaxFold,                      \* how often a region's log is folded
          \* deliberate bugs; every one of them must be caught
          BugReloadOldEpoch, BugNoFence, BugReadSealsFirst, BugNoToken, BugCloseWithoutSeal,
          BugOrphanFree, BugLoadBeforeGrant, BugCapUnfenced, BugSelfGrantUnregistered, BugAdoptAfterCrash,
          BugDebtFree, BugRiseEarly, BugRiseOverdrawn, BugFoldDeletes, BugFoldForgets,
          SelfGrants,                   \* TRUE: edges may grant to themselves (Redis is gone)
          Slices                        \* TRUE: agents may grant slices (FALSE only to bound the model)

Epoch == 1..MaxEpoch

VARIABLES
  log,       \* Region -> Seq of entries; appended by compare-and-set on the index (LOCAL_SERIAL)
  seen,      \* Region -> set of XFER entries of other regions that have been replicated here
  row,       \* Inc -> Epoch -> [reg, used, cap, final]: the used row. Its first write (used = 0) registers the holder;
             \* used is a max-register, cap is what is spent plus what is in flight once fenced, final: settled
  redis,     \* Region -> [token, slices : Epoch -> slice or NoSlice]
  snap,      \* Region -> an older copy of the slices that a lagging replica still has
  reply,     \* set of <<inc, epoch>>: a lease that Redis gave, on its way to the edge
  edge,      \* Inc -> [phase, fence: no lease in any epoch <= it, ready: epochs registered and then checked, own: epoch it granted itself]
  lease,     \* Inc -> Epoch -> [held, inflight, spent, owed, booked]: the journal. owed: billed beyond reservations, no right
             \* has covered it yet; booked: the part of spent that none ever did
  true,      \* Region -> Epoch -> units that providers were really asked for (history variable)
  agent,     \* Agent -> [at, view, epoch, holders]
  alloc,     \* how many allocation rows are written
  faults     \* what went wrong so far (bounds the model)

vars == <<log, seen, row, redis, snap, reply, edge, lease, true, agent, alloc, faults>>

NoSlice == [left |-> -1, token |-> 0]
Max(a, b) == IF a > b THEN a ELSE b
RECURSIVE Sum(_, _)
Sum(f, S) == IF S = {} THEN 0 ELSE LET x == CHOOSE x \in S : TRUE IN f[x] + Sum(f, S \ {x})

Grant(e)     == [t |-> "GRANT", e |-> e, n |-> SliceSize, to |-> ""]
Seal(e)      == [t |-> "SEAL", e |-> e, n |-> 0, to |-> ""]
Cap(e, u)    == [t |-> "CAP", e |-> e, n |-> u, to |-> ""]
Close(e, u)  == [t |-> "CLOSE", e |-> e, n |-> u, to |-> ""]
Xfer(to, n)  == [t |-> "XFER", e |-> 0, n |-> n, to |-> to]
Delta(k, n)  == [t |-> "DELTA", e |-> k, n |-> n, to |-> ""]   \* takes allocation row k: the difference to the row taken before
Folded(s)    == [t |-> "FOLD", e |-> 0, n |-> 0, to |-> "", state |-> s]

Entries(r)  == {log[r][i] : i \in DOMAIN log[r]}
Granted(r)  == {e \in Epoch : Grant(e) \in Entries(r)}
Sealed(r)   == {e \in Epoch : \E g \in Epoch : g >= e /\ Seal(g) \in Entries(r)}   \* SEAL g seals every epoch <= g
Top(S)      == IF S = {} THEN 0 ELSE CHOOSE m \in S : \A k \in S : k <= m
Closed(r)   == {e \in Epoch : \E u \in 0..10 : Close(e, u) \in Entries(r)}
Capped(r)   == {e \in Epoch : \E u \in 0..10 : Cap(e, u) \in Entries(r)}
CapAt(r, e) == CHOOSE u \in 0..10 : Cap(e, u) \in Entries(r)
ClosedAt(r, e) == CHOOSE u \in 0..10 : Close(e, u) \in Entries(r)
IncsOf(r)   == {x \in Inc : RegionOfInc[x] = r}

UsedRows(r, e) == LET f == [x \in IncsOf(r) |-> row[x][e].used] IN Sum(f, IncsOf(r))
Charge(r, e) == IF e \in Closed(r) THEN ClosedAt(r, e)
                ELSE Max(IF e \in Capped(r) THEN CapAt(r, e) ELSE SliceSize, UsedRows(r, e))
Out(r) == LET I == {i \in DOMAIN log[r] : log[r][i].t = "XFER"} IN Sum([i \in I |-> log[r][i].n], I)
In(r)  == LET f == [k \in seen[r] |-> log[k[1]][k[2]].n] IN Sum(f, seen[r])
Taken(r) == Top({1} \cup {log[r][i].e : i \in {j \in DOMAIN log[r] : log[r][j].t = "DELTA"}})   \* the newest row in effect here
Deltas(r) == LET I == {i \in DOMAIN log[r] : log[r][i].t = "DELTA"} IN Sum([i \in I |-> log[r][i].n], I)
Avail(r) == LET f == [e \in Granted(r) |-> Charge(r, e)] IN Rows[1][r] + Deltas(r) + In(r) - Out(r) - Sum(f, Granted(r))

\* What a reader makes of a log, entry by entry; a FOLD says nothing new. One who begins at the last FOLD takes its state as the start.
Empty == [granted |-> {}, sealed |-> 0, capped |-> {}, closed |-> {}, taken |-> 1, deltas |-> 0, out |-> {}]
Step(s, x, i) ==
  CASE x.t = "GRANT" -> [s EXCEPT !.granted = @ \cup {x.e}]
    [] x.t = "SEAL"  -> [s EXCEPT !.sealed = Max(@, x.e)]
    [] x.t = "CAP"   -> [s EXCEPT !.capped = @ \cup {<<x.e, x.n>>}]
    [] x.t = "CLOSE" -> [s EXCEPT !.closed = @ \cup {<<x.e, x.n>>}]
    [] x.t = "DELTA" -> [s EXCEPT !.taken = Max(@, x.e), !.deltas = @ + x.n]
    [] x.t = "XFER"  -> [s EXCEPT !.out = @ \cup {<<i, x.to, x.n>>}]
    [] OTHER         -> s
RECURSIVE ReadFrom(_, _, _)
ReadFrom(s, l, i) == IF i > Len(l) THEN s ELSE ReadFrom(Step(s, l[i], i), l, i + 1)
Folds(r) == {i \in DOMAIN log[r] : log[r][i].t = "FOLD"}
FoldOf(r) == LET s == ReadFrom(Empty, log[r], 1) IN IF BugFoldForgets THEN [s EXCEPT !.capped = {}] ELSE s

Init ==
  /\ log = [r \in Region |-> <<>>] /\ seen = [r \in Region |-> {}]
  /\ row = [x \in Inc |-> [e \in Epoch |-> [reg |-> FALSE, used |-> 0, cap |-> -1, final |-> FALSE]]]
  /\ redis = [r \in Region |-> [token |-> 1, slices |-> [e \in Epoch |-> NoSlice]]]
  /\ snap = [r \in Region |-> [e \in Epoch |-> NoSlice]]
  /\ reply = {}
  /\ edge = [x \in Inc |-> [phase |-> IF \E p \in Inc : Successor[p] = x THEN "unborn" ELSE "up", fence |-> 0, ready |-> {}, own |-> 0]]
  /\ lease = [x \in Inc |-> [e \in Epoch |-> [held |-> 0, inflight |-> 0, spent |-> 0, owed |-> 0, booked |-> 0]]]
  /\ true = [r \in Region |-> [e \in Epoch |-> 0]]
  /\ agent = [a \in Agent |-> [at |-> "idle", view |-> 0, epoch |-> 0, holders |-> {}]]
  /\ alloc = 1
  /\ faults = [wipe |-> 0, rewind |-> 0, crash |-> 0, stop |-> 0, disk |-> 0, over |-> 0]

(************************** the region's agent *****************************)
R(a) == RegionOfAgent[a]
Idle == [at |-> "idle", view |-> 0, epoch |-> 0, holders |-> {}]
Fresh(a) == agent[a].view = Len(log[R(a)])
Append1(r, x) == log' = [log EXCEPT ![r] = Append(@, x)]

\* Reading the log and appending to it is one atomic step in this model: the append is a compare-and-set on the
\* index, so whoever read an older log loses, and what was read from elsewhere (transfers in) can only have grown.
GrantEpoch(a) ==    \* INSERT ... IF NOT EXISTS at the next index, LOCAL_SERIAL
  LET r == R(a)  e == Cardinality(Granted(r)) + 1 IN
  /\ Slices /\ agent[a].at = "idle" /\ e \in Epoch /\ Avail(r) >= SliceSize
  /\ Append1(r, Grant(e))
  /\ agent' = [agent EXCEPT ![a] = [at |-> "load", view |-> 0, epoch |-> e, holders |-> {}]]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, edge, lease, true, faults>>

\* The same in two steps, where folding is checked: what happens to an agent that read before a FOLD and appends after it.
PlanGrant(a) ==
  LET r == R(a)  e == Cardinality(Granted(r)) + 1 IN
  /\ MaxFold > 0 /\ agent[a].at = "idle" /\ e \in Epoch /\ Avail(r) >= SliceSize
  /\ agent' = [agent EXCEPT ![a] = [at |-> "plan", view |-> Len(log[r]), epoch |-> e, holders |-> {}]]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, edge, lease, true, faults>>

CommitGrant(a) ==
  LET r == R(a) IN
  /\ agent[a].at = "plan" /\ Fresh(a)
  /\ Append1(r, Grant(agent[a].epoch))
  /\ agent' = [agent EXCEPT ![a].at = "load", ![a].view = 0]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, edge, lease, true, faults>>

CommitInDeleted(a) == \* BUG: a FOLD deleted what is before it, so the index that the stale agent had read is free again
  LET r == R(a) IN
  /\ BugFoldDeletes /\ agent[a].at = "plan" /\ \E i \in Folds(r) : i > agent[a].view + 1
  /\ agent' = [agent EXCEPT ![a].at = "load", ![a].view = 0]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, edge, lease, true, faults>>

Fold(a) ==       \* the whole state in one entry; readers may begin here, and nothing is deleted
  LET r == R(a) IN
  /\ agent[a].at = "idle" /\ Cardinality(Folds(r)) < MaxFold /\ Len(log[r]) > 0
  /\ Append1(r, Folded(FoldOf(r)))
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, edge, lease, true, faults>>

LoadSlice(a) ==     \* only the agent whose GRANT it was, once; it may be arbitrarily late
  LET r == R(a)  e == agent[a].epoch IN
  /\ agent[a].at = "load"
  /\ redis' = IF redis[r].slices[e].left >= 0 THEN redis
              ELSE [redis EXCEPT ![r].slices[e] = [left |-> SliceSize, token |-> redis[r].token]]
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, log, seen, row, snap, reply, edge, lease, true, faults>>

ReloadOldEpoch(a) == \* BUG: an agent finds an open epoch with no slice and loads it again
  LET r == R(a) IN
  /\ BugReloadOldEpoch /\ agent[a].at = "idle"
  /\ \E e \in Granted(r) \ Sealed(r) : redis[r].slices[e].left < 0 /\
       redis' = [redis EXCEPT ![r].slices[e] = [left |-> SliceSize, token |-> redis[r].token]]
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, log, seen, row, snap, reply, edge, lease, true, faults>>

LoadFirst(a) ==      \* BUG: loads Redis, then writes the log
  LET r == R(a)  e == Cardinality(Granted(r)) + 1 IN
  /\ BugLoadBeforeGrant /\ agent[a].at = "idle" /\ e \in Epoch /\ Avail(r) >= SliceSize
  /\ redis[r].slices[e].left < 0
  /\ redis' = [redis EXCEPT ![r].slices[e] = [left |-> SliceSize, token |-> redis[r].token]]
  /\ agent' = [agent EXCEPT ![a] = Idle]   \* and crashes before the log
  /\ UNCHANGED <<alloc, log, seen, row, snap, reply, edge, lease, true, faults>>

SealEpoch(a) ==     \* says for ever: no new lease in this epoch or any before it
  LET r == R(a) IN
  /\ agent[a].at = "idle"
  /\ \E e \in Granted(r) \ Sealed(r) : Append1(r, Seal(e))
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, edge, lease, true, faults>>

RowsOf(r, e) == {x \in IncsOf(r) : row[x][e].reg}
ListRows(a) ==      \* which rows the epoch has, read strictly after the SEAL was committed
  LET r == R(a) IN
  /\ agent[a].at = "idle"
  /\ \E e \in (Granted(r) \cap (IF BugCloseWithoutSeal THEN Epoch ELSE Sealed(r))) \ Closed(r) :
       agent' = [agent EXCEPT ![a] = [at |-> "close", view |-> Len(log[r]), epoch |-> e, holders |-> RowsOf(r, e)]]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, edge, lease, true, faults>>

CapEpoch(a) ==      \* every holder is fenced: refund all that is neither spent nor in flight
  LET r == R(a)  e == agent[a].epoch  H == agent[a].holders IN
  /\ agent[a].at = "close" /\ Fresh(a) /\ e \notin Capped(r)
  /\ \A x \in H : row[x][e].cap >= 0
  /\ Append1(r, Cap(e, LET f == [x \in H |-> row[x][e].cap] IN Sum(f, H)))
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, edge, lease, true, faults>>

CloseEpoch(a) ==    \* everything has settled: the epoch costs what was used
  LET r == R(a)  e == agent[a].epoch IN
  /\ agent[a].at = "close" /\ Fresh(a)
  /\ \A x \in agent[a].holders : row[x][e].final
  /\ Append1(r, Close(e, UsedRows(r, e)))
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, edge, lease, true, faults>>

Transfer(a) ==      \* one entry in the giver's log is both the debit and the credit
  LET r == R(a) IN
  /\ agent[a].at = "idle"
  /\ Cardinality({i \in DOMAIN log[r] : log[r][i].t = "XFER"}) < MaxXfer
  /\ \E q \in Region \ {r} : Avail(r) >= 1 /\ Append1(r, Xfer(q, 1))
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, edge, lease, true, faults>>

TakeAllocation(a) == \* the region's log takes a written row: DELTA is the difference to the row it took last
  LET r == R(a) IN
  /\ agent[a].at = "idle"
  /\ \E k \in (Taken(r) + 1)..alloc : Append1(r, Delta(k, Rows[k][r] - Rows[Taken(r)][r]))
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, edge, lease, true, faults>>

Falls(k) == k > 1 /\ \E r \in Region : Rows[k][r] < Rows[k - 1][r]
Rises(k) == k > 1 /\ \E r \in Region : Rows[k][r] > Rows[k - 1][r]
Allocate ==  \* global compare-and-set; a rise waits until every region's log shows all earlier falls, and until no region has
                    \* granted more than the new row leaves it: rights that fell after they were granted must not be given to another one
  /\ alloc < Len(Rows)
  /\ ~(Falls(alloc + 1) /\ Rises(alloc + 1))
  /\ Rises(alloc + 1) => \A r \in Region :
       /\ BugRiseEarly \/ \A k \in 1..alloc : Falls(k) => Taken(r) >= k
       /\ BugRiseOverdrawn \/ Avail(r) + Rows[alloc + 1][r] - Rows[Taken(r)][r] >= 0
  /\ alloc' = alloc + 1
  /\ UNCHANGED <<log, seen, row, redis, snap, reply, edge, lease, true, agent, faults>>

GiveUp(a) ==        \* lost the compare-and-set: forgets what it had read
  /\ agent[a].at \in {"close", "plan"} /\ ~Fresh(a)
  /\ agent' = [agent EXCEPT ![a] = Idle]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, edge, lease, true, faults>>

StopAgent(a) ==
  /\ agent[a].at # "idle" /\ faults.stop < MaxStop
  /\ agent' = [agent EXCEPT ![a] = Idle] /\ faults' = [faults EXCEPT !.stop = @ + 1]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, edge, lease, true>>

Replicate(r) ==     \* another region's transfer arrives, in any order, at any time
  /\ \E q \in Region \ {r} : \E i \in DOMAIN log[q] :
       /\ log[q][i].t = "XFER" /\ log[q][i].to = r /\ <<q, i>> \notin seen[r]
       /\ seen' = [seen EXCEPT ![r] = @ \cup {<<q, i>>}]
  /\ UNCHANGED <<alloc, log, row, redis, snap, reply, edge, lease, true, agent, faults>>

(******************************** edges ************************************)
Next1(r) == Cardinality(Granted(r)) + 1
Register(x, e) ==   \* before the first lease of an epoch: write its used row ...
  /\ edge[x].phase = "up" /\ ~row[x][e].reg /\ e <= Next1(RegionOfInc[x])
  /\ row' = [row EXCEPT ![x][e].reg = TRUE]
  /\ UNCHANGED <<alloc, log, seen, redis, snap, reply, edge, lease, true, agent, faults>>

ReadSeals(x, e) ==  \* ... then read which epochs are sealed
  LET r == RegionOfInc[x] IN
  /\ edge[x].phase = "up" /\ e \notin edge[x].ready /\ (row[x][e].reg \/ BugReadSealsFirst)
  /\ edge' = [edge EXCEPT ![x].fence = Max(@, IF e \in Sealed(r) THEN e ELSE 0), ![x].ready = @ \cup {e}]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, lease, true, agent, faults>>

Usable(x, e) == edge[x].phase = "up" /\ row[x][e].reg /\ e \in edge[x].ready

SelfGrant(x) ==     \* Redis is gone: the same compare-and-set, the GRANT names this incarnation
  LET r == RegionOfInc[x]  e == Next1(r) IN
  /\ SelfGrants /\ edge[x].phase = "up" /\ edge[x].own = 0 /\ e \in Epoch /\ Avail(r) >= SliceSize
  /\ Usable(x, e) \/ BugSelfGrantUnregistered
  /\ Append1(r, Grant(e))
  /\ edge' = [edge EXCEPT ![x].own = e]
  /\ UNCHANGED <<alloc, seen, row, redis, snap, reply, lease, true, agent, faults>>

\* What is owed is paid, oldest first, by the rights that have just come into epoch e.
RECURSIVE Pay(_, _)
Pay(l, e) == IF l[e].held = 0 \/ \A k \in Epoch : l[k].owed = 0 THEN l
             ELSE LET d == CHOOSE k \in Epoch : l[k].owed > 0 /\ \A j \in Epoch : l[j].owed > 0 => k <= j
                      p == [l EXCEPT ![d].owed = @ - 1]
                  IN Pay([p EXCEPT ![e].held = @ - 1, ![e].spent = @ + 1], e)
Paid(l, e) == Pay(l, e)[e].spent - l[e].spent
InDebt(x) == \E e \in Epoch : lease[x][e].owed > 0

Adopt(x) ==         \* journal the lease of the whole epoch; only this incarnation may
  /\ edge[x].phase = "up" /\ edge[x].own > 0
  /\ LET e == edge[x].own  l == [lease[x] EXCEPT ![e].held = @ + SliceSize] IN
       IF e > edge[x].fence
       THEN lease' = [lease EXCEPT ![x] = Pay(l, e)] /\ true' = [true EXCEPT ![RegionOfInc[x]][e] = @ + Paid(l, e)]
       ELSE UNCHANGED <<lease, true>>
  /\ edge' = [edge EXCEPT ![x].own = 0]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, agent, faults>>

AdoptAfterCrash(x) == \* BUG: a successor finds the GRANT by its op_id and takes it for its own
  /\ BugAdoptAfterCrash /\ edge[x].phase = "down" /\ edge[x].own > 0 /\ Successor[x] # NoInc /\ edge[Successor[x]].phase = "up"
  /\ lease' = [lease EXCEPT ![Successor[x]][edge[x].own].held = @ + SliceSize]
  /\ edge' = [edge EXCEPT ![x].own = 0]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, true, agent, faults>>

Take(x, e) ==       \* one Lua script: the slice must carry the server's present replication id
  LET r == RegionOfInc[x]  s == redis[r].slices[e] IN
  /\ Usable(x, e) /\ s.left > 0 /\ (BugNoToken \/ s.token = redis[r].token)
  /\ <<x, e>> \notin reply
  /\ redis' = [redis EXCEPT ![r].slices[e].left = @ - 1]
  /\ reply' = reply \cup {<<x, e>>}
  /\ UNCHANGED <<alloc, log, seen, row, snap, edge, lease, true, agent, faults>>

Receive(x, e) ==    \* journal the lease, then it may be used; a fenced epoch is refused
  /\ <<x, e>> \in reply /\ reply' = reply \ {<<x, e>>}
  /\ LET l == [lease[x] EXCEPT ![e].held = @ + 1] IN
       IF edge[x].phase = "up" /\ (BugNoFence \/ e > edge[x].fence)
       THEN lease' = [lease EXCEPT ![x] = Pay(l, e)] /\ true' = [true EXCEPT ![RegionOfInc[x]][e] = @ + Paid(l, e)]
       ELSE UNCHANGED <<lease, true>>
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, edge, agent, faults>>

Reserve(x, e) ==    \* journalled before the provider is asked; while something is owed, nothing is
  /\ edge[x].phase = "up" /\ lease[x][e].held > 0 /\ ~InDebt(x)
  /\ lease' = [lease EXCEPT ![x][e] = [@ EXCEPT !.held = @ - 1, !.inflight = @ + 1]]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, edge, true, agent, faults>>

Settle(x, e) ==     \* the provider did the work, or did not, or bills one unit more than was reserved
  LET r == RegionOfInc[x]
      done == [lease[x] EXCEPT ![e].inflight = @ - 1, ![e].spent = @ + 1]
      back == [lease[x] EXCEPT ![e].inflight = @ - 1, ![e].held = IF e > edge[x].fence THEN @ + 1 ELSE @]
      from == {k \in Epoch : lease[x][k].held > 0}     \* the excess is taken from what is held, the oldest first
      k    == CHOOSE m \in from : \A j \in from : m <= j
  IN
  /\ edge[x].phase = "up" /\ lease[x][e].inflight > 0
  /\ \/ /\ lease' = [lease EXCEPT ![x] = done]
        /\ true' = [true EXCEPT ![r][e] = @ + 1]
        /\ UNCHANGED faults
     \/ /\ lease' = [lease EXCEPT ![x] = Pay(back, e)]
        /\ true' = [true EXCEPT ![r][e] = @ + Paid(back, e)]
        /\ UNCHANGED faults
     \/ /\ faults.over < MaxOver
        /\ IF from # {}
           THEN /\ lease' = [lease EXCEPT ![x] = [done EXCEPT ![k].held = @ - 1, ![k].spent = @ + 1]]
                /\ true' = [true EXCEPT ![r] = [j \in Epoch |-> @[j] + (IF j = e THEN 1 ELSE 0) + (IF j = k THEN 1 ELSE 0)]]
           ELSE /\ lease' = [lease EXCEPT ![x] = [done EXCEPT ![e].owed = @ + 1]]
                /\ true' = [true EXCEPT ![r][e] = @ + 1]
        /\ faults' = [faults EXCEPT !.over = @ + 1]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, edge, agent>>

\* who holds the lock on x's journal speaks for it: x itself, or the incarnation that restarted on its disk
CanSpeak(x) == edge[x].phase = "up" \/ (edge[x].phase = "down" /\ Successor[x] # NoInc /\ edge[Successor[x]].phase = "up")

Report(x, e) ==     \* cumulative, USING TIMESTAMP = the value: a max-register
  /\ CanSpeak(x) /\ lease[x][e].spent > row[x][e].used
  /\ row' = [row EXCEPT ![x][e].used = lease[x][e].spent]
  /\ UNCHANGED <<alloc, log, seen, redis, snap, reply, edge, lease, true, agent, faults>>

FenceOwn(x, e) ==   \* on a SEAL, and for who is gone at once: fence, give back what is unspent, say what is spent or in flight at most
  LET r == RegionOfInc[x] IN
  /\ CanSpeak(x) /\ row[x][e].reg /\ row[x][e].cap < 0 /\ (e \in Sealed(r) \/ edge[x].phase = "down" \/ (BugCloseWithoutSeal /\ e \in Granted(r)))
  /\ edge' = [edge EXCEPT ![x].fence = IF BugCapUnfenced \/ BugCloseWithoutSeal THEN @ ELSE Max(@, e)]
  /\ lease' = [lease EXCEPT ![x] = [k \in Epoch |-> IF k <= edge'[x].fence THEN [@[k] EXCEPT !.held = 0] ELSE @[k]]]
  /\ row' = [row EXCEPT ![x][e].cap = lease[x][e].spent + lease[x][e].inflight]
  /\ UNCHANGED <<alloc, log, seen, redis, snap, reply, true, agent, faults>>

Book(x, e) ==       \* the epoch is fenced and settled, so no right of this holder will cover what is owed: the epoch costs it
  /\ CanSpeak(x) /\ e <= edge[x].fence /\ lease[x][e].inflight = 0 /\ lease[x][e].owed > 0
  /\ LET n == lease[x][e].owed IN
       /\ lease' = [lease EXCEPT ![x][e] = [@ EXCEPT !.owed = 0, !.booked = @ + n, !.spent = IF BugDebtFree THEN @ ELSE @ + n]]
       /\ true' = [true EXCEPT ![RegionOfInc[x]][e] = @ + n]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, reply, edge, agent, faults>>

Final(x, e) ==      \* nothing in flight and nothing owed any more: the last used, then final
  /\ CanSpeak(x) /\ row[x][e].cap >= 0 /\ ~row[x][e].final /\ lease[x][e].inflight = 0 /\ lease[x][e].owed = 0
  /\ row' = [row EXCEPT ![x][e].used = Max(@, lease[x][e].spent), ![x][e].final = TRUE]
  /\ UNCHANGED <<alloc, log, seen, redis, snap, reply, edge, lease, true, agent, faults>>

(******************************* faults ************************************)
Crash(x) ==         \* kill -9: the journal stays; what was in flight is charged, whatever became of it
  /\ edge[x].phase = "up" /\ faults.crash < MaxCrash
  /\ \E done \in [Epoch -> 0..2] :
       /\ \A e \in Epoch : done[e] <= lease[x][e].inflight
       /\ true' = [true EXCEPT ![RegionOfInc[x]] = [e \in Epoch |-> @[e] + done[e]]]
  /\ lease' = [lease EXCEPT ![x] = [e \in Epoch |->
        [@[e] EXCEPT !.held = 0, !.inflight = 0, !.spent = @ + IF BugOrphanFree THEN 0 ELSE lease[x][e].inflight]]]
  /\ edge' = [y \in Inc |-> IF y = x THEN [edge[x] EXCEPT !.phase = "down"]
                            ELSE IF y = Successor[x] THEN [edge[y] EXCEPT !.phase = "up"] ELSE edge[y]]
  /\ reply' = {p \in reply : p[1] # x}
  /\ faults' = [faults EXCEPT !.crash = @ + 1]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, agent>>

LoseDisk(x) ==      \* the journal is gone: nobody will ever seal for x, its epochs stay charged in full
  /\ edge[x].phase = "up" /\ faults.disk < MaxDiskLoss
  /\ \E done \in [Epoch -> 0..2] :
       /\ \A e \in Epoch : done[e] <= lease[x][e].inflight
       /\ true' = [true EXCEPT ![RegionOfInc[x]] = [e \in Epoch |-> @[e] + done[e]]]
  /\ edge' = [edge EXCEPT ![x].phase = "lost"]
  /\ lease' = [lease EXCEPT ![x] = [e \in Epoch |-> [@[e] EXCEPT !.held = 0, !.inflight = 0, !.spent = 0, !.owed = 0]]]
  /\ reply' = {p \in reply : p[1] # x}
  /\ faults' = [faults EXCEPT !.disk = @ + 1]
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, agent>>

Wipe(r) ==          \* FLUSHALL: the same server, nothing in it
  /\ faults.wipe < MaxWipe
  /\ redis' = [redis EXCEPT ![r].slices = [e \in Epoch |-> NoSlice]]
  /\ faults' = [faults EXCEPT !.wipe = @ + 1]
  /\ UNCHANGED <<alloc, log, seen, row, snap, reply, edge, lease, true, agent>>

Snapshot(r) ==
  /\ MaxRewind > 0 /\ snap[r] # redis[r].slices /\ faults.rewind < MaxRewind
  /\ snap' = [snap EXCEPT ![r] = redis[r].slices]
  /\ UNCHANGED <<alloc, log, seen, row, redis, reply, edge, lease, true, agent, faults>>

Rewind(r) ==        \* a lagging replica is promoted, or a restart loads an old file: new replication id
  /\ faults.rewind < MaxRewind
  /\ redis' = [redis EXCEPT ![r] = [token |-> @.token + 1, slices |-> snap[r]]]
  /\ faults' = [faults EXCEPT !.rewind = @ + 1]
  /\ UNCHANGED <<alloc, log, seen, row, snap, reply, edge, lease, true, agent>>

Lose(x, e) ==       \* a reply never arrives
  /\ <<x, e>> \in reply /\ reply' = reply \ {<<x, e>>}
  /\ UNCHANGED <<alloc, log, seen, row, redis, snap, edge, lease, true, agent, faults>>

Next ==
  \/ Allocate
  \/ \E a \in Agent : GrantEpoch(a) \/ PlanGrant(a) \/ CommitGrant(a) \/ CommitInDeleted(a) \/ Fold(a) \/ TakeAllocation(a) \/ LoadSlice(a) \/ ReloadOldEpoch(a) \/ LoadFirst(a) \/ SealEpoch(a)
                      \/ ListRows(a) \/ CapEpoch(a) \/ CloseEpoch(a) \/ Transfer(a) \/ GiveUp(a) \/ StopAgent(a)
  \/ \E r \in Region : Replicate(r) \/ Wipe(r) \/ Snapshot(r) \/ Rewind(r)
  \/ \E x \in Inc : SelfGrant(x) \/ Adopt(x) \/ AdoptAfterCrash(x) \/ Crash(x) \/ LoseDisk(x)
  \/ \E x \in Inc, e \in Epoch : Register(x, e) \/ ReadSeals(x, e) \/ Take(x, e) \/ Receive(x, e) \/ Reserve(x, e) \/ Settle(x, e) \/ Report(x, e)
                      \/ FenceOwn(x, e) \/ Book(x, e) \/ Final(x, e) \/ Lose(x, e)

Spec == Init /\ [][Next]_vars

(***************************** invariants **********************************)
\* A fall takes effect when the last region took it: until then the budget is the largest row that is written.
Budget == LET totals == {Sum(Rows[k], Region) : k \in 1..alloc} IN Top(totals)
Live(r, e) == LET I == IncsOf(r) IN true[r][e] + Sum([x \in I |-> lease[x][e].inflight], I)
Total == Sum([r \in Region |-> Sum([e \in Epoch |-> Live(r, e)], Epoch)], Region)
Booked(r) == LET I == IncsOf(r) IN Sum([x \in I |-> Sum([e \in Epoch |-> lease[x][e].booked], Epoch)], I)
Fallen(r) == LET I == {i \in DOMAIN log[r] : log[r][i].t = "DELTA" /\ log[r][i].n < 0} IN Sum([i \in I |-> -log[r][i].n], I)
Unsaid(r, e) == \* booked, and hidden so far by what another holder has not used up, or not reported
  LET I == IncsOf(r)  said(x) == edge[x].phase # "lost" /\ row[x][e].used >= lease[x][e].spent /\ lease[x][e].inflight = 0 IN
  IF \A x \in I : said(x) THEN 0 ELSE Sum([x \in I |-> lease[x][e].booked], I)

Safe == Total <= Budget + Sum([r \in Region |-> Booked(r)], Region)                    \* I1
ChargedEnough == \A r \in Region : \A e \in Granted(r) : Charge(r, e) >= Live(r, e) - Unsaid(r, e)  \* I2, per epoch, as far as reported
NothingUngranted == \A r \in Region : \A e \in Epoch \ Granted(r) : Live(r, e) = 0
NeverNegative == \A r \in Region : Avail(r) >= -(Booked(r) + Fallen(r))
EpochsOnce == \A r \in Region : Len(SelectSeq(log[r], LAMBDA x : x.t = "GRANT")) = Cardinality(Granted(r)) \* I5
ClosedExact == faults.crash = 0 /\ faults.disk = 0 =>                             \* I3, where nothing was lost
  \A r \in Region : \A e \in Closed(r) : ClosedAt(r, e) = true[r][e]
DebtFirst == \A x \in Inc : InDebt(x) => \A e \in Epoch : lease[x][e].held = 0      \* what is owed is taken at once from what is held
DebtRecovered == \* once every debt is on a row and no region is overdrawn, the budget is kept again to the unit
  (\A r \in Region : Avail(r) >= 0 /\ \A e \in Epoch : Unsaid(r, e) = 0) => Total <= Budget
FoldsSame == \A r \in Region : LET f == Top(Folds(r)) IN                           \* who begins at the last FOLD sees the same
  f > 0 => ReadFrom(log[r][f].state, log[r], f + 1) = ReadFrom(Empty, log[r], 1)
=============================================================================
