package perennial.jobs.results;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot of lines, with the uncertainty of each as a band. Not thread-safe. */
public final class Plot {

    /** Colours that differ for colour-blind readers too (Okabe and Ito). */
    private static final Color[] COLOURS = {
        new Color(0xD55E00), new Color(0x0072B2), new Color(0x009E73), new Color(0xCC79A7),
        new Color(0xE69F00), new Color(0x56B4E9), new Color(0x000000), new Color(0xF0E442)
    };

    /** Lines of one colour differ by their dashes. */
    private static final float[][] DASHES = {null, {6f, 4f}, {2f, 3f}, {8f, 3f, 2f, 3f}};

    private static final int BAND_OPACITY = 40;
    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;

    /** More labels than these run into one another. */
    private static final int MAX_LABELS = 20;

    private final XYChart chart;
    private boolean anySign;
    private int lines;

    /** An empty plot of a quantity that is 0 or more, over another. */
    public Plot(String title, String xAxis) {
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xAxis)
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false);
        chart.getStyler().setXAxisDecimalPattern("#,##0").setXAxisMin(0.0).setXAxisMaxLabelCount(MAX_LABELS);
        chart.getStyler().setYAxisDecimalPattern("0.####").setYAxisMin(0.0);
    }

    /** Lets the quantity be negative: its axis begins where the lines do. */
    public Plot anySign() {
        anySign = true;
        chart.getStyler().setYAxisMin(null);
        return this;
    }

    /** Draws the quantity on a logarithmic axis; values that are not positive are left out. */
    public Plot logarithmic() {
        chart.getStyler().setYAxisMin(null).setYAxisDecimalPattern(null).setYAxisLogarithmic(true);
        return this;
    }

    /** Draws what the quantity is over on a logarithmic axis. */
    public Plot logarithmicX() {
        chart.getStyler().setXAxisMin(null).setXAxisDecimalPattern(null).setXAxisLogarithmic(true);
        return this;
    }

    /** Names the places 0, 1, 2 ... of the axis. */
    public Plot named(List<String> names) {
        chart.getStyler().setXAxisMin(-0.5).setXAxisMax(names.size() - 0.5).setxAxisTickLabelsFormattingFunction(x -> {
            int place = (int) Math.rint(x);
            boolean there = Math.abs(x - place) < 1e-6 && place >= 0 && place < names.size();
            return there ? names.get(place) : " ";
        });
        return this;
    }

    /** Adds a line; where there are no points, only its colour is used up. */
    public Plot line(String name, List<Double> x, List<Double> y) {
        List<Estimate> estimates = y.stream().map(Estimate::of).toList();
        return estimates(name, x, estimates);
    }

    /** Adds a line through means, and a band of their confidence intervals, cut at zero where the quantity cannot be less. */
    public Plot estimates(String name, List<Double> x, List<Estimate> estimates) {
        Color colour = COLOURS[lines % COLOURS.length];
        float[] dashes = DASHES[lines / COLOURS.length % DASHES.length];
        lines++;
        List<Double> xs = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        List<Double> highs = new ArrayList<>();
        List<Double> lows = new ArrayList<>();
        boolean logarithmic = chart.getStyler().isYAxisLogarithmic();
        double bottom = logarithmic ? Double.MIN_NORMAL : Double.NEGATIVE_INFINITY;
        for (int i = 0; i < x.size(); i++) {
            Estimate estimate = estimates.get(i);
            if (estimate.runs() > 0 && estimate.mean() > bottom) {
                xs.add(x.get(i));
                means.add(estimate.mean());
                highs.add(estimate.high());
                lows.add(lowest(estimate, logarithmic));
            }
        }
        if (xs.isEmpty()) {
            return this;
        }
        if (!highs.equals(means)) {
            addBand(name, xs, lows, highs, colour);
        }
        XYSeries series = chart.addSeries(name, xs, means);
        series.setMarker(xs.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE)
                .setMarkerColor(colour)
                .setLineColor(colour)
                .setLineStyle(
                        dashes == null
                                ? new BasicStroke(2f)
                                : new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, dashes, 0f));
        return this;
    }

    private double lowest(Estimate estimate, boolean logarithmic) {
        if (logarithmic) {
            // Below zero a logarithm has nothing to show.
            return estimate.low() <= 0 ? estimate.mean() : estimate.low();
        }
        return anySign ? estimate.low() : Math.max(0, estimate.low());
    }

    private void addBand(String name, List<Double> xs, List<Double> lows, List<Double> highs, Color colour) {
        List<Double> outlineX = new ArrayList<>(xs);
        List<Double> outlineY = new ArrayList<>(highs);
        List<Double> back = new ArrayList<>(xs);
        List<Double> backY = new ArrayList<>(lows);
        Collections.reverse(back);
        Collections.reverse(backY);
        outlineX.addAll(back);
        outlineY.addAll(backY);
        Color faint = new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND_OPACITY);
        XYSeries band = chart.addSeries(name + " (95 %)", outlineX, outlineY);
        band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(faint)
                .setFillColor(faint)
                .setShowInLegend(false);
    }

    /** Whether nothing has been drawn. */
    public boolean isEmpty() {
        return chart.getSeriesMap().isEmpty();
    }

    /** Writes the plot as a bitmap. */
    public void writePng(Path file) throws IOException {
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }

    /** Writes the plot as vectors. */
    public void writeSvg(Path file) throws IOException {
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }
}
