class Shop {
    void calculate(ScriptEngine engine, HttpServletRequest request, String text) {
        engine.eval(request.getParameter("formula")); // hit
        engine.eval("x = " + text); // hit
        parser.parseExpression(request.getParameter("filter")); // hit
        engine.eval("1 + 1"); // ok
        map.getValue(request.getParameter("key")); // ok
    }
}
