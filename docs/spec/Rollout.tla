------------------------------ MODULE Rollout ------------------------------
(***************************************************************************)
(* How a change reaches the edges of two regions, one of which has a       *)
(* canary, while leaders stop and wake, requests are late, reports are     *)
(* lost or repeated, edges restart, and the store is set back to a         *)
(* snapshot.  Every step is one atomic I/O of the real system: one         *)
(* transaction, one answer, one write to an edge's disk.                   *)
(*                                                                         *)
(* Promise: two leaders' writes never interleave; no region is pointed to  *)
(* a bundle that the stages before it do not serve; no edge goes back      *)
(* behind what it acknowledged; whenever no rollout runs, every edge is    *)
(* told to serve the last good bundle.                                     *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS Leader,                       \* control planes
          MaxBundle,                    \* 0 is served when the model begins, 1..MaxBundle are changes
          MaxSeq, MaxTerm, MaxRewind, MaxRestart, MaxAway,
          MaxLost,                      \* how often a leader hears no answer to a transaction
          \* deliberate bugs; every one of them must be caught
          BugNoFence, BugNoValue, BugNoMod, BugNoDemotion, BugNoHearing, BugHearsSome, BugOldReports, BugGoodOfOldest, BugMissesRewind, BugSequenceNotRaised,
          BugAckTwice, BugAckOld, BugCanarySkipped, BugBackElsewhere, BugBackCanaryOnly, BugSupersedeForward,
          BugEdgeTakesLower, BugAckBeforeDisk

Bundle == 0..MaxBundle
Edge   == {"e1", "e2", "e3"}            \* e1 and e2 are in region a, whose canary is e1; e3 is in region b
Cohort == {"e1", "a", "b"}
StageCohort == <<"e1", "a", "b">>
StageEdges  == <<{"e1"}, {"e1", "e2"}, {"e3"}>>
RegionOf(e)  == IF e = "e3" THEN "b" ELSE "a"
CohortsOf(e) == {e, RegionOf(e)} \cap Cohort

VARIABLES
  store,     \* [rev, lead, st, mod, rep, signed]: the store. lead: the leader key, st: the rollout state with every cohort's pointer,
             \* mod: the revision of its last change, rep: what edges reported, signed: pointers that were written
  snap,      \* a copy of the store, or none yet
  term,      \* Leader -> what the process believes: [at, camp, made, st, mod, want, busy, alive]
  reqs,      \* transactions on their way
  edge,      \* Edge -> [live, disk, conn]: the pointer served, the one on disk, whether it is connected
  served,    \* Edge -> bundles it ever served (history)
  acked,     \* Edge -> the highest sequence it acknowledged (history)
  camps,     \* campaigns so far; a campaign's number stands for its random value
  bad,       \* what must never happen and did (history)
  faults     \* what went wrong so far (bounds the model)

vars == <<store, snap, term, reqs, edge, served, acked, camps, bad, faults>>

NoRun == [b |-> 0, stage |-> 0]
NoLead == [camp |-> 0, made |-> 0]
Pointer(c, s, b, g) == [c |-> c, s |-> s, b |-> b, g |-> g]   \* g: the last good bundle when it was written
Unset(c) == Pointer(c, 0, 0, 0)
Down == [at |-> "down", camp |-> 0, made |-> 0, st |-> 0, mod |-> 0, want |-> 0, busy |-> FALSE, alive |-> FALSE]
Max(S) == CHOOSE m \in S : \A k \in S : k <= m

(************************ the rules of a rollout ***************************)
\* The newest pointer an edge may take.
Told(st, e) == CHOOSE p \in {st.ptr[c] : c \in CohortsOf(e)} : \A q \in {st.ptr[c] : c \in CohortsOf(e)} : q.s <= p.s

\* Points a cohort at a bundle under the next sequence; a region's pointer is above those of its single edges.
Point(st, c, b) ==
  LET p == Pointer(c, st.seq + 1, b, st.good)
      moved == [st EXCEPT !.seq = @ + 1, !.ptr[c] = p]
  IN IF c = "a" THEN [moved EXCEPT !.ptr["e1"] = Unset("e1")] ELSE moved

Touched(stage) == CASE stage = 1 -> <<"e1">> [] stage = 2 -> <<"a">> [] OTHER -> IF BugBackCanaryOnly THEN <<"a">> ELSE <<"a", "b">>
RECURSIVE PointAll(_, _, _)
PointAll(st, cs, b) == IF cs = <<>> THEN st ELSE PointAll(Point(st, Head(cs), b), Tail(cs), b)

GoBack(st) ==
  LET other == {b \in Bundle : b # st.good /\ b # st.run.b}
      to == IF BugBackElsewhere /\ other # {} THEN Max(other) ELSE st.good
  IN [PointAll(st, Touched(st.run.stage), to) EXCEPT !.run = NoRun]

Start(st, b) ==
  LET first == IF BugCanarySkipped THEN 2 ELSE 1
  IN [Point(st, StageCohort[first], b) EXCEPT !.run = [b |-> b, stage |-> first]]

Acknowledged(st, rep, e) == IF BugAckOld THEN rep[e].s > 0 ELSE rep[e].s = Told(st, e).s /\ rep[e].b = Told(st, e).b
StagePassed(st, rep) ==
  LET es == StageEdges[st.run.stage]
  IN IF BugAckTwice THEN \E e \in es : Acknowledged(st, rep, e) ELSE \A e \in es : Acknowledged(st, rep, e)

Pass(st) ==
  IF st.run.stage = 3 THEN [st EXCEPT !.good = st.run.b, !.run = NoRun]
  ELSE [Point(st, StageCohort[st.run.stage + 1], st.run.b) EXCEPT !.run.stage = @ + 1]

\* An edge shows a higher pointer than it is told, or another one of the same number: the store is the one that is wrong.
Above(st, rep, e) == edge[e].conn /\ (rep[e].s > Told(st, e).s \/ (rep[e].s = Told(st, e).s /\ rep[e].b # Told(st, e).b))
RiseDue(st, rep) == ~BugSequenceNotRaised /\ \E e \in Edge : Above(st, rep, e)
RiseOne(st, rep, e) == IF Above(st, rep, e) THEN Point(st, IF rep[e].c = e THEN e ELSE RegionOf(e), Told(st, e).b) ELSE st
Rise(st, rep) ==
  LET top == Max({st.seq} \cup {rep[e].s : e \in {x \in Edge : edge[x].conn}})
      over == IF top > st.seq /\ st.run # NoRun THEN GoBack([st EXCEPT !.seq = top]) ELSE [st EXCEPT !.seq = top]
  IN RiseOne(RiseOne(RiseOne(over, rep, "e1"), rep, "e2"), rep, "e3")

\* What a leader may do next with what it knows and what was reported.
Nexts(st, rep) ==
  IF RiseDue(st, rep) THEN {Rise(st, rep)}
  ELSE IF st.run = NoRun THEN {Start(st, b) : b \in Bundle \ ({st.good} \cup st.refused)}
  ELSE (IF StagePassed(st, rep) THEN {Pass(st)} ELSE {})
       \cup {[GoBack(st) EXCEPT !.refused = @ \cup {st.run.b}]}                                   \* a gate fails, or an operator aborts
       \cup {GoBack(st)}                                                                          \* a newer commit replaces it
       \cup (IF BugSupersedeForward THEN {Start(st, b) : b \in Bundle \ {st.good, st.run.b}} ELSE {})

\* A new leader has heard the connected edges: the store may be older than the fleet. Per cohort the highest pointer wins; an open rollout is over,
\* and everybody returns to one bundle, which the highest pointer of all tells: the one it was for, if every region has it, else what was good then.
Shown(heard, c) ==
  LET ps == {edge[e].live : e \in {x \in heard : edge[x].live.c = c}}
  IN IF ps = {} THEN Unset(c) ELSE CHOOSE p \in ps : \A q \in ps : q.s <= p.s
Newer(st, heard, c) ==
  LET p == Shown(heard, c) IN p.s > st.ptr[c].s \/ (p.s > 0 /\ p.s = st.ptr[c].s /\ p.b # st.ptr[c].b)
TakeBack(st, heard) ==
  IF ~\E c \in Cohort : Newer(st, heard, c) /\ Shown(heard, c).s >= st.seq THEN st
  ELSE
    LET ptr  == [c \in Cohort |-> IF Newer(st, heard, c) THEN Shown(heard, c) ELSE st.ptr[c]]
        seq  == Max({ptr[c].s : c \in Cohort} \cup {st.seq})
        top  == CHOOSE p \in {ptr[c] : c \in Cohort} : \A c \in Cohort : ptr[c].s <= p.s
        shown == IF BugHearsSome THEN {RegionOf(e) : e \in heard} ELSE {"a", "b"}
        oldest == IF ptr["a"].s < ptr["b"].s THEN ptr["a"] ELSE ptr["b"]
        good == IF BugGoodOfOldest THEN oldest.b ELSE IF \A r \in shown : ptr[r].b = top.b THEN top.b ELSE top.g
        base == [st EXCEPT !.ptr = ptr, !.seq = IF BugSequenceNotRaised THEN @ ELSE seq, !.good = good, !.run = NoRun]
        Off(c) == ptr[c].s > 0 /\ (ptr[c].b # good \/ (Newer(st, heard, c) /\ ptr[c].s = st.ptr[c].s)
                                   \/ \E d \in Cohort : d # c /\ ptr[d].s = ptr[c].s)
        To(s, c) == IF Off(c) THEN Point(s, c, good) ELSE s
    IN To(To(To(base, "e1"), "a"), "b")

(****************************** leaders ************************************)
Believes(l) == term[l].alive \/ BugNoDemotion   \* a process whose lease may be over does not write

Campaign(l) ==    \* the key is absent: put it under a new lease
  /\ term[l].at = "down" /\ store.lead = NoLead /\ camps < MaxTerm
  /\ camps' = camps + 1
  /\ store' = [store EXCEPT !.rev = @ + 1, !.lead = [camp |-> camps + 1, made |-> store.rev + 1]]
  /\ term' = [term EXCEPT ![l] = [Down EXCEPT !.at = IF BugNoHearing THEN "leads" ELSE "hears", !.camp = camps + 1, !.made = store.rev + 1,
                                              !.st = store.st, !.mod = store.mod, !.alive = TRUE]]
  /\ UNCHANGED <<snap, reqs, edge, served, acked, bad, faults>>

Send(l, next) ==
  /\ next.seq <= MaxSeq
  /\ reqs' = reqs \cup {[l |-> l, camp |-> term[l].camp, made |-> term[l].made, mod |-> term[l].mod, st |-> next]}
  /\ term' = [term EXCEPT ![l].want = next, ![l].busy = TRUE]

Hear(l) ==        \* 5 s of reports: whoever is connected has been told of anew since, and what was reported before that counts no more
  LET heard == {e \in Edge : edge[e].conn}
      next == TakeBack(term[l].st, heard)
  IN
  /\ term[l].at = "hears" /\ term[l].alive /\ ~term[l].busy
  /\ store' = [store EXCEPT !.rep = [e \in Edge |-> IF e \in heard THEN edge[e].live ELSE IF BugOldReports THEN @[e] ELSE Unset(e)]]
  /\ acked' = [e \in Edge |-> IF e \in heard THEN Max({acked[e], edge[e].live.s}) ELSE acked[e]]
  /\ IF next = term[l].st THEN term' = [term EXCEPT ![l].at = "leads"] /\ UNCHANGED reqs ELSE Send(l, next)
  /\ UNCHANGED <<snap, edge, served, camps, bad, faults>>

Step(l) ==
  /\ term[l].at = "leads" /\ Believes(l) /\ ~term[l].busy
  /\ \E next \in Nexts(term[l].st, store.rep) : Send(l, next)
  /\ UNCHANGED <<store, snap, edge, served, acked, camps, bad, faults>>

Fenced(r) ==
  /\ BugNoFence \/ (store.lead.made = r.made /\ (BugNoValue \/ store.lead.camp = r.camp))
  /\ BugNoMod \/ store.mod = r.mod

\* The stage before does not serve what a region is pointed to now.
IsEarly(st) ==
  \E k \in 2..3 :
    /\ st.run.stage = k /\ st.ptr[StageCohort[k]] # store.st.ptr[StageCohort[k]]
    /\ \E e \in StageEdges[k - 1] : edge[e].live.b # st.run.b

\* What was read is no longer so. A revision that fell tells that the store was set back: the next term hears the edges first.
Reread(l) ==
  IF store.lead.camp # term[l].camp \/ (store.mod < term[l].mod /\ ~BugMissesRewind) THEN Down
  ELSE [term[l] EXCEPT !.st = store.st, !.mod = store.mod, !.busy = FALSE]

Apply(r) ==       \* a transaction reaches the store, and its answer the leader if it still waits for it
  LET waits == term[r.l].camp = r.camp /\ term[r.l].busy /\ term[r.l].want = r.st /\ term[r.l].mod = r.mod
      new == {r.st.ptr[c] : c \in Cohort} \ {store.st.ptr[c] : c \in Cohort}
  IN
  /\ reqs' = reqs \ {r}
  /\ IF Fenced(r)
     THEN /\ store' = [store EXCEPT !.rev = @ + 1, !.mod = store.rev + 1, !.st = r.st, !.signed = @ \cup {p \in new : p.s > 0}]
          /\ bad' = bad \cup (IF store.lead.camp # r.camp THEN {"interleaved"} ELSE {})
                        \cup (IF IsEarly(r.st) THEN {"early"} ELSE {})
                        \cup (IF r.st.seq < store.st.seq THEN {"fell"} ELSE {})
          /\ term' = IF waits THEN [term EXCEPT ![r.l].at = "leads", ![r.l].st = r.st, ![r.l].mod = store.rev + 1, ![r.l].busy = FALSE] ELSE term
     ELSE /\ term' = IF waits THEN [term EXCEPT ![r.l] = Reread(r.l)] ELSE term
          /\ UNCHANGED <<store, bad>>
  /\ UNCHANGED <<snap, edge, served, acked, camps, faults>>

GiveUp(l) ==      \* no answer: the transaction may be applied later, or never; it is not sent again
  /\ term[l].busy /\ term[l].alive /\ faults.lost < MaxLost
  /\ term' = [term EXCEPT ![l] = Reread(l)]
  /\ faults' = [faults EXCEPT !.lost = @ + 1]
  /\ UNCHANGED <<store, snap, reqs, edge, served, acked, camps, bad>>

Expire ==         \* the lease runs out; the leader's own deadline has passed before
  /\ store.lead # NoLead
  /\ store' = [store EXCEPT !.rev = @ + 1, !.lead = NoLead]
  /\ term' = [l \in Leader |-> IF term[l].camp = store.lead.camp THEN [term[l] EXCEPT !.alive = FALSE] ELSE term[l]]
  /\ UNCHANGED <<snap, reqs, edge, served, acked, camps, bad, faults>>

Notice(l) ==      \* a leader whose lease is over wakes up, at any later time
  /\ term[l].at # "down" /\ ~term[l].alive
  /\ term' = [term EXCEPT ![l] = Down]
  /\ UNCHANGED <<store, snap, reqs, edge, served, acked, camps, bad, faults>>

(******************************* edges *************************************)
Take(e, p) ==     \* any pointer of its cohorts that a control plane may still show it: checked, written to disk, served
  /\ edge[e].conn /\ p \in store.signed /\ p.c \in CohortsOf(e)
  /\ IF BugEdgeTakesLower THEN p.s # edge[e].live.s ELSE p.s > edge[e].live.s
  /\ edge' = [edge EXCEPT ![e].live = p, ![e].disk = IF BugAckBeforeDisk THEN @ ELSE p]
  /\ served' = [served EXCEPT ![e] = @ \cup {p.b}]
  /\ UNCHANGED <<store, snap, term, reqs, acked, camps, bad, faults>>

Persist(e) ==     \* BUG: the disk comes after the acknowledgement
  /\ BugAckBeforeDisk /\ edge[e].disk # edge[e].live
  /\ edge' = [edge EXCEPT ![e].disk = edge[e].live]
  /\ UNCHANGED <<store, snap, term, reqs, served, acked, camps, bad, faults>>

Report(e) ==      \* ACKs, in any number and as late as may be: the newest stays
  /\ edge[e].conn /\ store.rep[e] # edge[e].live
  /\ store' = [store EXCEPT !.rep[e] = edge[e].live]
  /\ acked' = [acked EXCEPT ![e] = Max({@, edge[e].live.s})]
  /\ UNCHANGED <<snap, term, reqs, edge, served, camps, bad, faults>>

Restart(e) ==
  /\ faults.restart < MaxRestart
  /\ edge' = [edge EXCEPT ![e].live = edge[e].disk]
  /\ faults' = [faults EXCEPT !.restart = @ + 1]
  /\ UNCHANGED <<store, snap, term, reqs, served, acked, camps, bad>>

GoAway(e) ==
  /\ edge[e].conn /\ faults.away < MaxAway
  /\ edge' = [edge EXCEPT ![e].conn = FALSE]
  /\ faults' = [faults EXCEPT !.away = @ + 1]
  /\ UNCHANGED <<store, snap, term, reqs, served, acked, camps, bad>>

ComeBack(e) ==    \* its first message says what it holds
  /\ ~edge[e].conn
  /\ edge' = [edge EXCEPT ![e].conn = TRUE]
  /\ store' = [store EXCEPT !.rep[e] = edge[e].live]
  /\ UNCHANGED <<snap, term, reqs, served, acked, camps, bad, faults>>

(***************************** the store ***********************************)
Snapshot ==
  /\ MaxRewind > 0 /\ snap = {}
  /\ snap' = {store}
  /\ UNCHANGED <<store, term, reqs, edge, served, acked, camps, bad, faults>>

Rewind ==         \* every member starts anew: no connection survives, revisions are handed out again
  /\ snap # {} /\ faults.rewind < MaxRewind
  /\ store' = CHOOSE s \in snap : TRUE
  /\ reqs' = {}
  /\ faults' = [faults EXCEPT !.rewind = @ + 1]
  /\ UNCHANGED <<snap, term, edge, served, acked, camps, bad>>

(***************************************************************************)
Init ==
  LET a == Pointer("a", 1, 0, 0)  b == Pointer("b", 2, 0, 0)
      ptr == [c \in Cohort |-> CASE c = "a" -> a [] c = "b" -> b [] OTHER -> Unset(c)]
      holds == [e \in Edge |-> ptr[RegionOf(e)]]
  IN
  /\ store = [rev |-> 1, lead |-> NoLead, st |-> [seq |-> 2, ptr |-> ptr, good |-> 0, run |-> NoRun, refused |-> {}], mod |-> 1, rep |-> holds, signed |-> {a, b}]
  /\ snap = {} /\ reqs = {} /\ camps = 0 /\ bad = {}
  /\ term = [l \in Leader |-> Down]
  /\ edge = [e \in Edge |-> [live |-> holds[e], disk |-> holds[e], conn |-> TRUE]]
  /\ served = [e \in Edge |-> {0}]
  /\ acked = [e \in Edge |-> holds[e].s]
  /\ faults = [rewind |-> 0, restart |-> 0, away |-> 0, lost |-> 0]

Next ==
  \/ \E l \in Leader : Campaign(l) \/ Hear(l) \/ Step(l) \/ GiveUp(l) \/ Notice(l)
  \/ \E r \in reqs : Apply(r)
  \/ \E e \in Edge : Persist(e) \/ Report(e) \/ Restart(e) \/ GoAway(e) \/ ComeBack(e) \/ \E p \in store.signed : Take(e, p)
  \/ Expire \/ Snapshot \/ Rewind

Spec == Init /\ [][Next]_vars

(***************************** invariants **********************************)
NeverInterleaved == "interleaved" \notin bad
NeverEarly       == "early" \notin bad
SequenceRises    == "fell" \notin bad
\* Whoever serves a bundle came after everybody who must serve it before.
GateHolds == \A e \in {"e2", "e3"} : edge[e].live.b \in served["e1"] /\ (e = "e3" => edge[e].live.b \in served["e2"])
NeverBehind == \A e \in Edge : edge[e].live.s >= acked[e]
BackToGood  == store.st.run = NoRun => \A e \in Edge : Told(store.st, e).b = store.st.good
GoodServed  == \A e \in Edge : store.st.good \in served[e]
\* While nobody has anything to do, every connected edge serves what it is told.
Settled ==
  /\ reqs = {}
  /\ \E l \in Leader : term[l].at = "leads" /\ term[l].alive /\ term[l].camp = store.lead.camp /\ term[l].mod = store.mod
  /\ ~RiseDue(store.st, store.rep)
  /\ \A e \in Edge : edge[e].conn => store.rep[e] = edge[e].live /\ Told(store.st, e).s <= edge[e].live.s
Agreed == Settled => \A e \in Edge : edge[e].conn => edge[e].live.s = Told(store.st, e).s /\ edge[e].live.b = Told(store.st, e).b
=============================================================================
