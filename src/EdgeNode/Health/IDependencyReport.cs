namespace GlobalGateway.EdgeNode.Health;

/// <summary>Something shared that an edge can serve without, such as its control plane.</summary>
public interface IDependencyReport
{
    string Name { get; }

    /// <summary>Absent while all is well.</summary>
    string? WhyDegraded { get; }
}
