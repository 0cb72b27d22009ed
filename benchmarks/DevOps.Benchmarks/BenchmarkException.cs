namespace DevOps.Benchmarks;

/// <summary>Nothing could be measured. The message says why and what to do.</summary>
/// <param name="message">The message.</param>
/// <param name="inner">The cause.</param>
internal sealed class BenchmarkException(string message, Exception? inner = null) : Exception(message, inner);
