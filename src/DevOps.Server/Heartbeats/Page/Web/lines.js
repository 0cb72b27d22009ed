// Draws latencies as lines. A failure is a cross at the bottom, a beat without an answer a gap.

const failed = -1;
const gap = -2;

/** The geometry of a line: the path of the latencies, the area under it, and the crosses. */
export function trace(points, width, height, most) {
  const step = most > 1 ? width / (most - 1) : width;
  const left = width - (points.length - 1) * step;
  const ceiling = Math.max(ceilingOf(points), 0.001);
  const top = 3;
  const bottom = height - 3;
  let line = '';
  let area = '';
  let crosses = '';
  let began = null;
  let last = 0;
  const close = () => {
    if (began !== null) area += `L${f(last)} ${height}L${f(began)} ${height}Z`;
    began = null;
  };
  points.forEach((point, index) => {
    const x = left + index * step;
    if (point < 0 || point === null) {
      close();
      if (point === failed) crosses += `M${f(x - 2.2)} ${f(bottom - 4.4)}l4.4 4.4m0-4.4l-4.4 4.4`;
      return;
    }
    const y = bottom - Math.min(point / ceiling, 1) * (bottom - top);
    const isFirst = began === null;
    if (isFirst) began = x;
    const part = `${isFirst ? 'M' : 'L'}${f(x)} ${f(y)}`;
    line += part;
    area += part;
    // A beat that stands alone is a dot.
    const next = points[index + 1];
    if (isFirst && (next === undefined || next === null || next < 0)) line += 'h.01';
    last = x;
  });
  close();
  return { line, area, crosses, ceiling };
}

export { failed, gap };

// One slow answer must not press all others to the ground.
function ceilingOf(points) {
  const answered = points.filter(point => point !== null && point >= 0).sort((one, other) => one - other);
  if (answered.length === 0) return 0;
  const usual = answered[Math.floor(answered.length / 2)];
  return Math.max(Math.min(answered[answered.length - 1], usual * 6), usual * 1.6);
}

const f = number => Math.round(number * 10) / 10;
