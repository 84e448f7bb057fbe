[assembly: Xunit.AssemblyFixture(typeof(GlobalGateway.Dialects.Fleet.DialectFleet))]
