package dev.penstock.simulator;

import java.util.Locale;

/**
 * A picture of the load of each endpoint over time: one row for each endpoint, one column for each hundredth of the measured
 * time; blue takes less than a fair share, white about one, red more, the reddest three times as much.
 */
public final class LoadPicture {
    private static final int CELL_WIDTH = 8;
    private static final int LEFT = 130;
    private static final int TOP = 60;
    private static final int BOTTOM = 40;
    private static final int ROWS_HEIGHT = 400;
    private static final double REDDEST = 3;

    private LoadPicture() {}

    /**
     * Draws the load of a report.
     *
     * @param report how a balancer did
     * @return an SVG document
     */
    public static String svg(Report report) {
        int[][] load = report.load();
        double cell = Math.max(2, Math.min(20, ROWS_HEIGHT / load.length));
        double height = TOP + cell * load.length + BOTTOM;
        int width = LEFT + Measured.SLOTS * CELL_WIDTH + 20;
        var svg = new StringBuilder(load.length * Measured.SLOTS * 70);
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" height=\"%.0f\"",
                width,
                height,
                width,
                height);
        line(svg, " font-family=\"sans-serif\" font-size=\"12\" role=\"img\">");
        String title = report.scenario().name() + ", " + report.balancer();
        line(svg, "<title>Load of each endpoint: %s</title>", escaped(title));
        line(svg, "<text x=\"%d\" y=\"24\" font-size=\"16\">%s</text>", LEFT, escaped(title));
        line(svg, "<text x=\"%d\" y=\"44\">%s</text>", LEFT, escaped(summary(report)));
        double fair = fairShare(load);
        for (int row = 0; row < load.length; row++) {
            double y = TOP + row * cell;
            if (cell >= 10) {
                line(
                        svg,
                        "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" font-size=\"10\">endpoint %d</text>",
                        LEFT - 6,
                        y + cell - 2,
                        row);
            }
            for (int slot = 0; slot < Measured.SLOTS; slot++) {
                line(
                        svg,
                        "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>",
                        LEFT + slot * CELL_WIDTH,
                        y,
                        CELL_WIDTH,
                        cell,
                        color(load[row][slot], fair));
            }
        }
        double below = TOP + cell * load.length + 20;
        line(svg, "<text x=\"%d\" y=\"%.1f\">0 s</text>", LEFT, below);
        line(
                svg,
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d s</text>",
                LEFT + Measured.SLOTS * CELL_WIDTH,
                below,
                report.scenario().length().toSeconds());
        return svg.append("</svg>\n").toString();
    }

    private static String summary(Report report) {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p99 %.1f ms, errors %.3f %%, most loaded %.2f times the mean",
                report.latency().p50() / 1e6,
                report.latency().p99() / 1e6,
                report.counts().errorRate() * 100,
                report.maxOverMean());
    }

    private static double fairShare(int[][] load) {
        long total = 0;
        for (int[] row : load) {
            for (int count : row) {
                total += count;
            }
        }
        return Math.max(1e-9, (double) total / load.length / Measured.SLOTS);
    }

    /** From blue over white to red. */
    private static String color(int count, double fair) {
        double share = count / fair;
        int fade = share < 1
                ? (int) Math.round(255 * share)
                : (int) Math.round(255 * Math.max(0, 1 - (share - 1) / (REDDEST - 1)));
        return share < 1
                ? String.format(Locale.ROOT, "#%02x%02xff", fade, fade)
                : String.format(Locale.ROOT, "#ff%02x%02x", fade, fade);
    }

    private static void line(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
