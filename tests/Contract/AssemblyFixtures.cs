using GlobalGateway.Testing.Cassandra;
using Xunit;

[assembly: AssemblyFixture(typeof(CassandraClusters))]
