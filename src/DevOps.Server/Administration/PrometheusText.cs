using System.Globalization;
using System.Text;

namespace DevOps.Server.Administration;

/// <summary>Writes figures in Prometheus' text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats).</summary>
internal static class PrometheusText
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Answers with figures.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="text">The figures; nothing before there are any, which is answered with 404.</param>
    /// <returns>A task that ends when they are sent.</returns>
    public static Task AnswerAsync(HttpContext context, string? text)
    {
        if (text is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = ContentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Begins a figure.</summary>
    /// <param name="text">What is written so far.</param>
    /// <param name="name">The figure's name.</param>
    /// <param name="type">Such as <c>gauge</c> or <c>counter</c>.</param>
    /// <param name="help">What it is, in words.</param>
    public static void Begin(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    /// <summary>Writes one value of a figure.</summary>
    /// <param name="text">What is written so far.</param>
    /// <param name="name">The figure's name.</param>
    /// <param name="labels">Its labels, such as <c>balancer="itrust"</c>, each made by <see cref="Label"/> or of harmless characters.</param>
    /// <param name="value">The value.</param>
    public static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append('{').Append(labels).Append("} ").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Writes a label whose value may hold anything.</summary>
    /// <param name="name">The label's name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Such as <c>target="itrust-3"</c>.</returns>
    public static string Label(string name, string? value)
    {
        // The format knows no other escapes, and lets anything else stand for itself.
        var escaped = value?.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return $"{name}=\"{escaped}\"";
    }
}
