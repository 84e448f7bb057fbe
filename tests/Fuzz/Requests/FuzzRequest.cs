namespace GlobalGateway.Fuzz.Requests;

/// <summary>The bytes of one request and what was done to it.</summary>
/// <param name="IsWhole">The request is valid HTTP, so an answer is owed.</param>
public sealed record FuzzRequest(byte[] Bytes, string Mutation, bool IsWhole);
