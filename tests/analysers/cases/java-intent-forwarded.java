class Entry extends Activity {
    void forward() {
        Intent next = (Intent) getIntent().getParcelableExtra("next");
        startActivity(next); // hit
    }

    void checked() {
        Intent next = (Intent) getIntent().getParcelableExtra("next");
        if (next.getComponent().getPackageName().equals("com.shop")) startActivity(next); // ok
    }
}
