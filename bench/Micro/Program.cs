using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using GlobalGateway.MicroBench;

// In this process: the built assemblies are what ships, and no project is generated and built for each benchmark.
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(8))
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "gg-micro-bench"));
var summaries = BenchmarkRunner.Run([typeof(StreamBenchmarks), typeof(JournalBenchmarks)], config, args);
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
