"""Reads one budget's period from the ledger's tables with Debian's driver and prints the sums as JSON."""
import json
import sys
from collections import Counter

from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import DCAwareRoundRobinPolicy
from cassandra import ConsistencyLevel

UNITS = ("requests", "tokens", "nano_dollars")


def add(total, amounts):
    for unit, amount in zip(UNITS, amounts or (0, 0, 0)):
        total[unit] += amount


def main(address, data_centre, keyspace, budget):
    profile = ExecutionProfile(
        load_balancing_policy=DCAwareRoundRobinPolicy(local_dc=data_centre), consistency_level=ConsistencyLevel.QUORUM, request_timeout=30)
    with Cluster([address], protocol_version=4, execution_profiles={EXEC_PROFILE_DEFAULT: profile}) as cluster:
        session = cluster.connect(keyspace)
        closed, estimated, used, events, flagged = Counter(), Counter(), Counter(), Counter(), Counter()
        entries = 0
        for row in session.execute("SELECT budget, operations FROM region_log"):
            if row.budget != budget:
                continue
            entries += 1
            for operation in json.loads(row.operations):
                if operation["op"] == "Close":
                    add(closed, operation.get("amount"))
                    add(estimated, operation.get("estimated"))
        for row in session.execute("SELECT budget, used_requests, used_tokens, used_nano_dollars FROM used_rows"):
            if row.budget == budget:
                add(used, (row.used_requests, row.used_tokens, row.used_nano_dollars))
        for row in session.execute("SELECT tenant, requests, tokens, nano_dollars, estimated FROM usage_events"):
            if row.tenant == budget:
                add(flagged if row.estimated else events, (row.requests, row.tokens, row.nano_dollars))
        sums = {"closed": closed, "estimated": estimated, "used": used, "measured": events, "flagged": flagged}
        print(json.dumps({"entries": entries, **{name: [total[unit] for unit in UNITS] for name, total in sums.items()}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
