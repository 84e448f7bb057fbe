using GlobalGateway.Faults.Clients;
using GlobalGateway.Faults.Fleet;
using GlobalGateway.Faults.Matrix;

namespace GlobalGateway.Faults.Sdk;

/// <summary>One stream that a client library reads while a fault happens, or, to see that it can succeed, while none does.</summary>
public sealed record LibraryCell(int Number, string Library, ClientApi Api, Lane Lane, FaultCase? Fault)
{
    public string Prompt => $"{Lane.Model}; [[tokens=12]]";
}

/// <summary>How the library took it.</summary>
/// <param name="Text">What it gave of the answer.</param>
/// <param name="Error">What iterating threw; absent when it ended as a whole stream does.</param>
public sealed record LibraryOutcome(string Text, string? Error);
