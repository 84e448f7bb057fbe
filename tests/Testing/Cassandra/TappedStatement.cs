using GlobalGateway.Cql;

namespace GlobalGateway.Testing.Cassandra;

/// <summary>A statement as it went over the wire.</summary>
/// <param name="Kind">QUERY, EXECUTE or BATCH; a batch's statements are one of these each.</param>
/// <param name="HasDefaultTimestamp">The client named the time of its writes.</param>
public sealed record TappedStatement(string Kind, string Text, CqlConsistency Consistency, CqlSerialConsistency? SerialConsistency, bool HasDefaultTimestamp);
